"""The list of participants as it leaves the house: on paper, and as a workbook."""
