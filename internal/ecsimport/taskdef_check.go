package ecsimport

import (
	"errors"
	"fmt"
	"reflect"
)

// kindInWords returns the JSON name of a Go kind.
func kindInWords(kind reflect.Kind) string {
	switch kind {
	case reflect.String:
		return "a string, in quotes"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Struct, reflect.Map, reflect.Pointer:
		return "an object"
	case reflect.Bool:
		return "true or false"
	default:
		return "a number"
	}
}

// check applies the rules of ECS on which the import depends.
func (t *taskDefinition) check() error {
	problems := []error{t.checkAmounts("the task", t.Cpu, t.Memory)}
	for i, c := range t.Containers {
		where := "container " + c.Name
		if c.Name == "" {
			where = fmt.Sprintf("container %d", i+1)
			problems = append(problems, fmt.Errorf("%s: %s has no name; name it", t.file, where))
		}
		problems = append(problems,
			t.checkAmounts(where, c.Cpu, c.Memory), t.checkAmounts(where, "", c.MemoryReservation), t.checkNames(where, c))
	}
	return errors.Join(problems...)
}

func (t *taskDefinition) checkAmounts(where string, cpu, memory amount) error {
	if _, ok := cpu.units(); !ok {
		return fmt.Errorf(`%s: %s has cpu %q; give CPU units, for example "512"`, t.file, where, string(cpu))
	}
	if _, ok := memory.mebibytes(); !ok {
		return fmt.Errorf(`%s: %s has memory %q; give MiB, for example "1024"`, t.file, where, string(memory))
	}
	return nil
}

// checkNames refuses a variable that exists twice, in one list or in both, because the intended one is unknown. ECS
// refuses the latter as well (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Secret.html).
func (t *taskDefinition) checkNames(where string, c container) error {
	var problems []error
	list := map[string]string{}
	see := func(name, in string) {
		switch {
		case name == "":
			problems = append(problems,
				fmt.Errorf("%s: %s has an entry without a name in %s; name it or remove it", t.file, where, in))
		case list[name] == in:
			problems = append(problems, fmt.Errorf("%s: %s has %s twice in %s; remove one of them", t.file, where, name, in))
		case list[name] != "":
			problems = append(
				problems,
				fmt.Errorf("%s: %s has %s both in %s and in %s; remove one of them", t.file, where, name, list[name], in),
			)
		}
		list[name] = in
	}
	for _, v := range c.Environment {
		see(v.Name, "environment")
	}
	for _, s := range c.Secrets {
		see(s.Name, "secrets")
	}
	return errors.Join(problems...)
}
