"""The store: the only place with SQL. Its functions take a connection and never commit."""
