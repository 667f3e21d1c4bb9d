"""What each kind of stored case computes, to check such cases and to write new ones."""
