"""How administrations come to their places: the call, the candidates they name, and the selection among them."""
