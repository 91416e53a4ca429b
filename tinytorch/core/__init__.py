"""What everything else stands on: the tensor, and the exact measure of what a call allocates."""
