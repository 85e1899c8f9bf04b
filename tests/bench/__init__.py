"""How fast it is, as ratios within one run and on both engines: `python3 manage.py bench`."""
