def document(): return "{}\n"
