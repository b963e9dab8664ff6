"""Checks of an Open Inference Protocol server, each module one subject: `run(context)` makes its checks one after the other."""
