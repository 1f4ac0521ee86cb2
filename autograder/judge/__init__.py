"""The judge process: runs the instructor's cells and asks the student process for what they use."""
