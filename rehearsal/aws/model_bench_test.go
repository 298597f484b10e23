package aws_test

import "testing"

// BenchmarkCheckWithModels checks the inputs of every kind once, the constraints of AWS's models included.
func BenchmarkCheckWithModels(b *testing.B) {
	s := newStack(newCloud(b))
	for b.Loop() {
		for _, made := range s.made {
			s.check(made.token, made.name, made.inputs, made.given)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*len(s.made)), "µs/resource")
}
