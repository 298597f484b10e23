package engine_test

import (
	"maps"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ohcnetwork/care-ecs/rehearsal"
	"github.com/ohcnetwork/care-ecs/rehearsal/fault"
	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

// full reports whether the matrices are to be run in full, which takes many minutes.
func full() bool { return os.Getenv(fullVariable) == "1" }

// sample leaves some of the cases, evenly spread, unless all were asked for.
func sample[T any](all []T, few int) []T {
	if full() || len(all) <= few {
		return all
	}
	chosen := make([]T, 0, few)
	for i := range few {
		chosen = append(chosen, all[(2*i+1)*len(all)/(2*few)])
	}
	return chosen
}

// undisturbed is a staging stack without errors.
type undisturbed struct {
	graph graph
	// creations are the operations in their order; all of them are creations.
	creations []standin.Operation
	// dir is its kept state, to make copies of.
	dir string
}

const passphrase = "correct horse"

var (
	referenceOnce sync.Once
	referenceMade undisturbed
)

// reference makes an undisturbed staging once for all tests.
func reference(t *testing.T) undisturbed {
	t.Helper()
	referenceOnce.Do(func() { referenceMade = undisturbedOf(t, rehearsal.Options{}) })
	require.NotEmpty(t, referenceMade.graph, "another test has said what is wrong with it")
	return referenceMade
}

func undisturbedOf(t *testing.T, options rehearsal.Options) undisturbed {
	t.Helper()
	dir, err := os.MkdirTemp(shared.dir, "reference-") //nolint:usetesting // it must outlive the test that makes it
	require.NoError(t, err)
	options.StateDir, options.Passphrase = dir, passphrase
	s := open(t, options)
	s.up()
	made := undisturbed{graph: s.graph(), creations: s.cloud.History(), dir: dir}
	require.NoError(t, s.Close(), "others copy the state")
	return made
}

// A production with everything on has types that staging does not have. One resource of each fails.
func TestWhateverFailsInAProductionWithEverythingOnTheNextRunConverges(t *testing.T) {
	t.Parallel()
	config := maps.Clone(safety)
	config["protectData"] = "false"
	with := rehearsal.Options{Stack: "production", Config: config}
	want, known := undisturbedOf(t, with), map[string]bool{}
	for _, op := range reference(t).creations {
		known[op.Token] = true
	}
	var others []standin.Operation
	for _, op := range want.creations {
		if !known[op.Token] {
			others = append(others, op)
			known[op.Token] = true
		}
	}
	require.Greater(t, len(others), 10)
	converges(t, sample(others, 2), operationName, func(t *testing.T, op standin.Operation) {
		t.Helper()
		failures := fault.New(fault.Faults{Failures: []fault.Failure{
			{Type: op.Token, Name: op.Name, Verb: standin.Create}, {Type: op.Token, Name: op.Name, Verb: standin.Delete},
		}})
		s := open(t, with, failures.Options()...)
		s.fails("InternalFailure")
		s.up()
		assert.Equal(t, want.graph, s.graph())
		_, err := s.Destroy(t.Context())
		require.ErrorContains(t, err, "InternalFailure")
		s.destroy()
	})
}

// converges runs one case per row in parallel and logs how many converged.
func converges[T any](t *testing.T, rows []T, name func(T) string, converge func(*testing.T, T)) {
	t.Helper()
	var converged atomic.Int64
	t.Run("each", func(t *testing.T) {
		for _, row := range rows {
			t.Run(name(row), func(t *testing.T) {
				t.Parallel()
				converge(t, row)
				if !t.Failed() {
					converged.Add(1)
				}
			})
		}
	})
	t.Logf("%d of %d converge", converged.Load(), len(rows))
}

func operationName(op standin.Operation) string { return standin.ShortType(op.Token) + " " + op.Name }

// failing is a failure of exactly that resource.
func failing(op standin.Operation, verb standin.Verb) *fault.Injector {
	return fault.New(fault.Faults{Failures: []fault.Failure{{Type: op.Token, Name: op.Name, Verb: verb}}})
}

func TestWhateverFailsToBeCreatedTheNextUpConverges(t *testing.T) {
	t.Parallel()
	want := reference(t)
	converges(t, sample(want.creations, 3), operationName, func(t *testing.T, op standin.Operation) {
		t.Helper()
		s := open(t, rehearsal.Options{}, failing(op, standin.Create).Options()...)
		_, err := s.Up(t.Context())
		require.ErrorContains(t, err, "InternalFailure")
		s.up()
		assert.Equal(t, want.graph, s.graph())
	})
}

func TestAServiceThatIsMadeButReportedFailedIsTakenUpByTheNextUp(t *testing.T) {
	t.Parallel()
	want := reference(t)
	injector := fault.New(
		fault.Faults{Failures: []fault.Failure{{Type: "ecs.Service", Name: "redis", Verb: standin.Create, Late: true}}},
	)
	s := open(t, rehearsal.Options{}, injector.Options()...)
	_, err := s.Up(t.Context())
	require.ErrorContains(t, err, "InternalFailure")
	s.up()
	assert.Equal(t, want.graph, s.graph())
}

func TestWhateverFailsToBeDeletedTheNextDestroyEndsIt(t *testing.T) {
	t.Parallel()
	want := reference(t)
	converges(t, sample(want.creations, 2), operationName, func(t *testing.T, op standin.Operation) {
		t.Helper()
		dir := t.TempDir()
		require.NoError(t, os.CopyFS(dir, os.DirFS(want.dir)))
		s := open(t, rehearsal.Options{StateDir: dir, Passphrase: passphrase}, failing(op, standin.Delete).Options()...)
		_, err := s.Destroy(t.Context())
		require.ErrorContains(t, err, "InternalFailure")
		s.destroy()
	})
}

func TestAStackThatIsDifferentIsNotTakenForTheSame(t *testing.T) {
	t.Parallel()
	want := reference(t)
	s := open(t, rehearsal.Options{Config: map[string]string{"careDesiredCount": "2"}})
	s.up()
	got := s.graph()
	assert.NotEqual(t, want.graph, got)
	for urn := range got {
		if !strings.HasSuffix(urn, serviceToken+"::care-backend") {
			assert.Equal(t, want.graph[urn], got[urn], urn)
		}
	}
}

func TestThrottlingIsWaitedOut(t *testing.T) {
	t.Parallel()
	want := reference(t)
	s := open(t, rehearsal.Options{}, fault.New(fault.Faults{Throttle: 40, Seed: 1}).Options()...)
	s.up()
	assert.Equal(t, want.graph, s.graph())
	retries := 0
	for _, operation := range s.cloud.History() {
		retries += operation.Retries
	}
	assert.Greater(t, retries, len(want.creations)/4)
}

// kill is one point at which the command line is killed.
type kill struct {
	after  int
	unsent bool
}

func TestWhereverTheCommandLineIsKilledTheNextUpConverges(t *testing.T) {
	t.Parallel()
	want := reference(t)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	luck := rand.New(rand.NewPCG(seed, 0))
	points := make([]kill, 20)
	for i := range points {
		points[i] = kill{after: 1 + luck.IntN(len(want.creations)), unsent: luck.IntN(2) == 0}
	}
	var imports atomic.Int64
	converges(t, sample(points, 2), kill.String, func(t *testing.T, k kill) {
		t.Helper()
		injector := fault.New(fault.Faults{Kill: fault.Kill{After: k.after, Unsent: k.unsent}})
		s := open(t, rehearsal.Options{}, injector.Options()...)
		injector.OnKill(s.Kill)
		_, err := s.Up(t.Context())
		var failed *rehearsal.RunError
		require.ErrorAs(t, err, &failed)
		require.True(t, injector.Killed(), err)
		imported, err := s.Repair(t.Context(), s.cloud)
		require.NoError(t, err)
		if len(imported) > 0 {
			imports.Add(1)
		}
		s.up()
		assert.Equal(t, want.graph, s.graph())
	})
	t.Logf("in %d of them AWS had made something whose answer was lost, which was imported", imports.Load())
}

func (k kill) String() string {
	if k.unsent {
		return "before operation " + strconv.Itoa(k.after)
	}
	return "after operation " + strconv.Itoa(k.after)
}

func TestAKilledRunIsLockedUntilItIsCanceled(t *testing.T) {
	t.Parallel()
	injector := fault.New(fault.Faults{Kill: fault.Kill{After: 1, Unsent: true}})
	s := open(t, rehearsal.Options{}, injector.Options()...)
	injector.OnKill(s.Kill)
	_, err := s.Up(t.Context())
	require.Error(t, err)
	_, err = s.Up(t.Context())
	require.ErrorContains(t, err, "locked")
	require.NoError(t, s.Cancel(t.Context()))
	s.up()
}
