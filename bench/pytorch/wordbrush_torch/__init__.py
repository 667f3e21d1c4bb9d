"""The models of wordbrush in PyTorch, written from their specification, with the official names of weights."""
