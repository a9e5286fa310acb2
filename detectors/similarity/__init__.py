"""Search for more objects like a few examples, by the features of a network's backbone."""
