"""A desk in several places on screen: syncing by itself, sharing, taking along, its copies."""
