"""What the pages of the desk read. Lists are Core rows, in a constant number of queries whatever their length."""
