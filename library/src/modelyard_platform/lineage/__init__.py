"""What went into a training, written down before it starts."""
