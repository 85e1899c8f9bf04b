"""Letters: kept with the change they tell of, put into words and delivered after it, tried again when that fails."""
