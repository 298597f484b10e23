package standin

import "slices"

// Begin starts a new run of the engine. Earlier operations have had all the time they need.
// Loading a world does the same.
func (w *World) Begin() {
	w.change(func(v *View) {
		v.run = v.Tick()
		v.declared = map[string][]string{}
		v.unjudged = map[string]Unjudged{}
	})
}

// Declare records the dependencies of a resource in the program, which the engine receives at its
// registration. A cloud never learns this: rules use it to distinguish a declared order from one that came
// about because nothing takes time here.
func (w *World) Declare(urn string, dependencies []string) {
	w.change(func(v *View) { v.declared[urn] = slices.Clone(dependencies) })
}

// Before reports that what began at the tick start had ended when the other operation began: in an earlier
// run, or in this one by the program's own order.
func (o *Op) Before(urn string, start int64) bool {
	if start <= o.World.run {
		return true
	}
	at, found := slices.BinarySearchFunc(o.World.history, start, func(op Operation, start int64) int {
		return int(op.Start - start)
	})
	if !found {
		return false
	}
	earlier := o.World.history[at]
	return earlier.End > 0 && earlier.End < o.Start && o.World.waits(o.Urn, urn)
}

// Awaits reports that a live resource is sure to have been there before the operation: it is from an earlier
// run or older than the program, or the program has the operation wait for it.
func (o *Op) Awaits(r *Resource) bool {
	return r.Preexisting || !o.World.ThisRun(r.Seq) || o.World.waits(o.Urn, r.Urn)
}

// ThisRun reports that something happened since the engine's run began.
func (v *View) ThisRun(tick int64) bool { return tick > v.run }

// waits follows the declared dependencies; where they lead to what was not declared, nothing is known against it.
func (v *View) waits(later, earlier string) bool {
	seen := map[string]bool{later: true}
	for queue := []string{later}; len(queue) > 0; queue = queue[1:] {
		dependencies, told := v.declared[queue[0]]
		if !told {
			return true
		}
		for _, urn := range dependencies {
			if urn == earlier {
				return true
			}
			if !seen[urn] {
				seen[urn] = true
				queue = append(queue, urn)
			}
		}
	}
	return false
}
