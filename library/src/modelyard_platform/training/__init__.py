"""The stages of a training, the promotion of what it gives, and batch predictions."""
