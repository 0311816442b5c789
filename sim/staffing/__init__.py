"""How many agents a desk needs, hour by hour: from Erlang-A to a staffing that simulation keeps."""
