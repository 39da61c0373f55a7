"""Where predictions go: into the repo, a folder, a bucket, or a table."""
