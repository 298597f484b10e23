package change

// containers compares container definitions, matched by name.
func (c *comparison) containers(old, now any) {
	before, after := byName(document(old)), byName(document(now))
	if before == nil || after == nil {
		c.scalars("containerDefinitions", old, now)
		return
	}
	for _, name := range keys(before, after) {
		was, _ := before[name].(map[string]any)
		is, _ := after[name].(map[string]any)
		inner := comparison{names: c.names}
		switch {
		case was == nil:
			c.add("container "+name, "added, of %s", truncate(inner.text(is["image"])))
			continue
		case is == nil:
			c.add("container "+name, "removed")
			continue
		}
		inner.container(was, is)
		for _, each := range inner.found {
			c.add("container "+name+", "+each.property, "%s", each.what)
		}
	}
}

func (c *comparison) container(old, now map[string]any) {
	for _, key := range keys(old, now) {
		switch key {
		case "environment":
			c.environment(valuesByName(old[key], "value"), valuesByName(now[key], "value"))
		case "secrets":
			c.secretNames(valuesByName(old[key], "valueFrom"), valuesByName(now[key], "valueFrom"))
		default:
			c.values(key, old[key], now[key])
		}
	}
}

func (c *comparison) environment(old, now map[string]any) {
	for _, name := range keys(old, now) {
		was, had := old[name]
		is, has := now[name]
		switch {
		case !has:
			c.add("environment "+name, "removed")
		case !had && isSensitive(name):
			c.add("environment "+name, "added, value not shown")
		case !had:
			c.add("environment "+name, "added: %s", truncate(c.text(is)))
		default:
			c.values("environment "+name, was, is)
		}
	}
}

// secretNames compares the names and sources of secrets. It never shows a value.
func (c *comparison) secretNames(old, now map[string]any) {
	for _, name := range keys(old, now) {
		was, had := old[name]
		is, has := now[name]
		switch {
		case !has:
			c.add("secret "+name, "removed")
		case !had:
			c.add("secret "+name, "added")
		case was != is:
			c.add("secret "+name, "read from another place")
		}
	}
}

// byName returns the entries of a list by name, or nil if the value is not a list of named entries.
func byName(list any) map[string]any {
	entries, ok := list.([]any)
	if !ok {
		return nil
	}
	named := map[string]any{}
	for _, entry := range entries {
		object, ok := entry.(map[string]any)
		name, named2 := object["name"].(string)
		if !ok || !named2 {
			return nil
		}
		named[name] = object
	}
	return named
}

func valuesByName(list any, property string) map[string]any {
	values := map[string]any{}
	for name, entry := range byName(list) {
		if object, ok := entry.(map[string]any); ok {
			values[name] = object[property]
		}
	}
	return values
}
