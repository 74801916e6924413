"""From an article to the store: packs, their proof, and building."""
