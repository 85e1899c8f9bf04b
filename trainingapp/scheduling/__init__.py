"""When and where courses are held: sessions, meetings, rooms, trainers."""
