"""What is told of schemes and of people: read from data and from worlds, moving neither."""
