"""Where repos and their pull or merge requests are: GitHub, GitLab, or folders on this machine."""
