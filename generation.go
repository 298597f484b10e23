package main

import "github.com/ohcnetwork/care-ecs/components"

// The functions below return values whose defaults depend on the generation of Care's image.

func (c Config) generation() components.CareGeneration { return components.CareGeneration(c.Generation) }

// beatMemory returns the memory of beat's container in MiB.
func (c Config) beatMemory() int {
	if c.BeatMemory != 0 {
		return c.BeatMemory
	}
	return c.generation().BeatMemory()
}
