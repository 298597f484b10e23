package report

import (
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// graphOf makes a graph of nodes that take seconds, and of waits "a b": a waits for b.
func graphOf(takes map[string]int, waits ...[2]string) *Graph {
	g := NewGraph()
	for id, seconds := range takes {
		g.Add(Node{Id: id, Name: id, Takes: time.Duration(seconds) * time.Second})
	}
	for _, wait := range waits {
		g.Wait(wait[0], wait[1])
	}
	return g
}

func names(path Path) []string {
	var all []string
	for _, step := range path {
		all = append(all, step.Name)
	}
	return all
}

func TestTheCriticalPathIsTheChainThatEndsLast(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		graph *Graph
		path  []string
		total time.Duration
	}{
		"nothing takes no time": {NewGraph(), nil, 0},
		"one node":              {graphOf(map[string]int{"a": 3}), []string{"a"}, 3 * time.Second},
		"all at once is as long as the longest": {
			graphOf(map[string]int{"a": 3, "b": 7, "c": 5}), []string{"b"}, 7 * time.Second,
		},
		"a chain adds up": {
			graphOf(map[string]int{"a": 3, "b": 7, "c": 5}, [2]string{"c", "b"}, [2]string{"b", "a"}),
			[]string{"a", "b", "c"},
			15 * time.Second,
		},
		"the slower of two ways counts": {
			graphOf(map[string]int{"network": 2, "database": 600, "balancer": 180, "service": 200},
				[2]string{"database", "network"}, [2]string{"balancer", "network"}, [2]string{"service", "database"},
				[2]string{"service", "balancer"}),
			[]string{"network", "database", "service"},
			802 * time.Second,
		},
		"what takes no time still orders": {
			graphOf(map[string]int{"a": 3, "group": 0, "b": 4}, [2]string{"b", "group"}, [2]string{"group", "a"}),
			[]string{"a", "group", "b"},
			7 * time.Second,
		},
		"a wait for what is not there counts for nothing": {
			graphOf(map[string]int{"a": 3}, [2]string{"a", "gone"}, [2]string{"other", "a"}, [2]string{"a", "a"}),
			[]string{"a"},
			3 * time.Second,
		},
		"of equal ways the first by name": {
			graphOf(map[string]int{"a": 3, "b": 3, "z": 1}, [2]string{"z", "b"}, [2]string{"z", "a"}),
			[]string{"a", "z"},
			4 * time.Second,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path, err := test.graph.CriticalPath()
			require.NoError(t, err)
			assert.Equal(t, test.path, names(path))
			assert.Equal(t, test.total, path.Total())
		})
	}
}

func TestACircleIsAnErrorThatNamesIt(t *testing.T) {
	t.Parallel()
	_, err := graphOf(map[string]int{"a": 1, "b": 1, "c": 1, "d": 1},
		[2]string{"a", "b"}, [2]string{"b", "c"}, [2]string{"c", "b"}, [2]string{"d", "a"}).CriticalPath()
	assert.EqualError(t, err, "these wait for each other: b → c → b")
}

func TestWaitsGoesThroughOthers(t *testing.T) {
	t.Parallel()
	g := graphOf(map[string]int{"a": 1, "b": 1, "c": 1}, [2]string{"c", "b"}, [2]string{"b", "a"}, [2]string{"a", "c"})
	assert.True(t, g.Waits("c", "a"))
	assert.True(t, g.Waits("a", "a"), "round a circle")
	assert.False(t, graphOf(nil, [2]string{"c", "b"}, [2]string{"b", "a"}).Waits("a", "c"))
}

// randomGraph only lets later nodes wait for earlier ones, so that there is no circle.
func randomGraph(random *rand.Rand) *Graph {
	g := NewGraph()
	const nodes = 40
	for i := range nodes {
		g.Add(Node{Id: strconv.Itoa(i), Takes: time.Duration(random.IntN(100)) * time.Second})
		for range 2 {
			if i > 0 {
				g.Wait(strconv.Itoa(i), strconv.Itoa(random.IntN(i)))
			}
		}
	}
	return g
}

func TestEveryCriticalPathIsAChainWithoutGapsAndNoWaitMakesItShorter(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		random := rand.New(rand.NewPCG(seed, 1))
		g := randomGraph(random)
		path, err := g.CriticalPath()
		require.NoError(t, err)
		assert.Zero(t, path[0].Start)
		for i := 1; i < len(path); i++ {
			assert.Equal(t, path[i-1].End(), path[i].Start)
			assert.True(t, g.waits[path[i].Id][path[i-1].Id])
		}
		for _, node := range g.nodes {
			assert.GreaterOrEqual(t, path.Total(), node.Takes)
		}
		later := 1 + random.IntN(len(g.nodes)-1)
		g.Wait(strconv.Itoa(later), strconv.Itoa(random.IntN(later)))
		more, err := g.CriticalPath()
		require.NoError(t, err)
		assert.GreaterOrEqual(t, more.Total(), path.Total())
	}
}
