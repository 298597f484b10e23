package report

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Node is something that takes time to be made.
type Node struct {
	// Id is unique in a graph: a URN.
	Id string
	// Type and Name are for a person to read.
	Type, Name string
	// Takes is how long it takes, once everything it waits for is there.
	Takes time.Duration
}

// Label names the node for a person.
func (n Node) Label() string { return strings.TrimSpace(n.Type + " " + n.Name) }

// Graph is a graph of nodes that wait for others. Nodes that wait for none start at once, all at the same time.
type Graph struct {
	nodes map[string]Node
	waits map[string]map[string]bool
}

// NewGraph makes an empty graph.
func NewGraph() *Graph {
	return &Graph{nodes: map[string]Node{}, waits: map[string]map[string]bool{}}
}

// Add puts a node in the graph, or in place of the one with its Id.
func (g *Graph) Add(n Node) { g.nodes[n.Id] = n }

// Has reports whether there is a node with that Id.
func (g *Graph) Has(id string) bool {
	_, ok := g.nodes[id]
	return ok
}

// Wait adds that the one node waits for the other. A wait for a node that is not in the graph has no effect, and
// neither does one for itself.
func (g *Graph) Wait(id, on string) {
	if id == on {
		return
	}
	if g.waits[id] == nil {
		g.waits[id] = map[string]bool{}
	}
	g.waits[id][on] = true
}

// Waits reports whether the one node waits for the other, directly or through others.
func (g *Graph) Waits(id, on string) bool {
	seen := map[string]bool{}
	queue := []string{id}
	for len(queue) > 0 {
		at := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		for next := range g.waits[at] {
			if next == on {
				return true
			}
			if !seen[next] {
				seen[next] = true
				queue = append(queue, next)
			}
		}
	}
	return false
}

// Step is a node on a path, with the time at which it starts.
type Step struct {
	Node

	Start time.Duration
}

// End is when the step is done.
func (s Step) End() time.Duration { return s.Start + s.Takes }

// Path is a chain of steps, each waiting for the one before.
type Path []Step

// Total is when the last step is done.
func (p Path) Total() time.Duration {
	if len(p) == 0 {
		return 0
	}
	return p[len(p)-1].End()
}

// CriticalPath is the chain that decides how long the whole takes. Of several that take as long it is the one whose
// last nodes come first by Id.
func (g *Graph) CriticalPath() (Path, error) {
	w := walker{graph: g, done: map[string]arrival{}}
	var last string
	for _, id := range slices.Sorted(maps.Keys(g.nodes)) {
		end, err := w.end(id)
		if err != nil {
			return nil, err
		}
		if last == "" || end > w.done[last].end {
			last = id
		}
	}
	var path Path
	for id := last; id != ""; id = w.done[id].after {
		node := g.nodes[id]
		path = append(path, Step{Node: node, Start: w.done[id].end - node.Takes})
	}
	slices.Reverse(path)
	return path, nil
}

// arrival is when a node is done, and after which other it could start.
type arrival struct {
	end   time.Duration
	after string
}

type walker struct {
	graph *Graph
	done  map[string]arrival
	// trail is the way to the current node, to detect a circle.
	trail []string
}

func (w *walker) end(id string) (time.Duration, error) {
	if reached, ok := w.done[id]; ok {
		return reached.end, nil
	}
	if at := slices.Index(w.trail, id); at >= 0 {
		return 0, w.circle(w.trail[at:])
	}
	w.trail = append(w.trail, id)
	var start arrival
	for _, on := range slices.Sorted(maps.Keys(w.graph.waits[id])) {
		if !w.graph.Has(on) {
			continue
		}
		end, err := w.end(on)
		if err != nil {
			return 0, err
		}
		if start.after == "" || end > start.end {
			start = arrival{end: end, after: on}
		}
	}
	w.trail = w.trail[:len(w.trail)-1]
	start.end += w.graph.nodes[id].Takes
	w.done[id] = start
	return start.end, nil
}

func (w *walker) circle(ids []string) error {
	labels := make([]string, 0, len(ids)+1)
	for _, id := range append(slices.Clone(ids), ids[0]) {
		labels = append(labels, w.graph.nodes[id].Label())
	}
	return fmt.Errorf("these wait for each other: %s", strings.Join(labels, " → "))
}
