"""Jobs in the database: the queue, its items, their progress and the workers that hold them."""
