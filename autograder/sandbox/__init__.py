"""The student process: a warm server inside a sandbox, forked for each submission."""
