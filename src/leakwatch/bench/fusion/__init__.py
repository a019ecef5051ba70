"""Two views against one: what is found, how soon and how falsely, by each alone and by both together."""
