"""What runs beside the student's code: it runs cells, answers probes and holds nothing to steal."""
