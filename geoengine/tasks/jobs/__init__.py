"""Jobs: executors of blocks and the lease a worker holds on a job."""
