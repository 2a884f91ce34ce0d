"""What the world does to a command: hostile arguments, files, disks, terminals and homes."""
