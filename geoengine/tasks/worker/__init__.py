"""Workers: processes that run queued jobs."""
