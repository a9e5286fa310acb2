"""COCO: the one reader of data sets and results, and the writer of results."""
