"""The exchange between replicas of one desk: segments of their logs, laid on the shelves of a hub."""
