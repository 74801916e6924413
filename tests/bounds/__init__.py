"""What functions that take people's text cost, counted in steps: which they are, and the worst texts for each."""
