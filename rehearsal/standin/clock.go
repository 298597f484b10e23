package standin

import "time"

// SetTime has the world take the time of day from now. A new world takes it from the computer's clock.
func (w *World) SetTime(now func() time.Time) {
	w.change(func(v *View) { v.now = now })
}

// Time returns the time of day in UTC.
func (v *View) Time() time.Time {
	if v.now == nil {
		return time.Now().UTC()
	}
	return v.now().UTC()
}
