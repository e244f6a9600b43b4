"""Mail at work in an open desk: fetched, sent, and told how it stands."""
