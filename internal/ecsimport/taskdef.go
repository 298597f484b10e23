package ecsimport

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// File is a file from the command line.
type File struct {
	// Name is the file's name in errors and the report.
	Name string
	// Content is the file's content.
	Content []byte
}

// taskDefinition has the fields of the ECS API's type that the import uses
// (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskDefinition.html).
type taskDefinition struct {
	file string

	Arn              string `json:"taskDefinitionArn"`
	Family           string `json:"family"`
	Cpu              amount `json:"cpu"`
	Memory           amount `json:"memory"`
	TaskRoleArn      string `json:"taskRoleArn"`
	ExecutionRoleArn string `json:"executionRoleArn"`
	NetworkMode      string `json:"networkMode"`
	RuntimePlatform  struct {
		CpuArchitecture string `json:"cpuArchitecture"`
	} `json:"runtimePlatform"`
	Containers []container `json:"containerDefinitions"`
	Volumes    []struct {
		Name string `json:"name"`
	} `json:"volumes"`
}

type container struct {
	Name                   string      `json:"name"`
	Image                  string      `json:"image"`
	Cpu                    amount      `json:"cpu"`
	Memory                 amount      `json:"memory"`
	MemoryReservation      amount      `json:"memoryReservation"`
	EntryPoint             []string    `json:"entryPoint"`
	Command                []string    `json:"command"`
	Environment            []variable  `json:"environment"`
	EnvironmentFiles       []reference `json:"environmentFiles"`
	Secrets                []secret    `json:"secrets"`
	ReadonlyRootFilesystem bool        `json:"readonlyRootFilesystem"`
	HealthCheck            *struct {
		Command []string `json:"command"`
	} `json:"healthCheck"`
	PortMappings []struct {
		ContainerPort int `json:"containerPort"`
	} `json:"portMappings"`
	RepositoryCredentials struct {
		Parameter string `json:"credentialsParameter"`
	} `json:"repositoryCredentials"`
	LogConfiguration struct {
		Driver  string            `json:"logDriver"`
		Options map[string]string `json:"options"`
	} `json:"logConfiguration"`
}

type variable struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type secret struct {
	Name      string `json:"name"`
	ValueFrom string `json:"valueFrom"`
}

type reference struct {
	Value string `json:"value"`
}

// amount is CPU or memory. ECS accepts a task's as text, with an optional unit, and a container's as a number.
type amount string

// UnmarshalJSON accepts both forms. Units and mebibytes interpret the value.
func (a *amount) UnmarshalJSON(text []byte) error {
	if string(text) != "null" {
		*a = amount(strings.Trim(string(text), `"`))
	}
	return nil
}

// units returns CPU units, or zero if the amount is missing.
func (a amount) units() (int, bool) { return a.scaled("vcpu", 1024) }

// mebibytes returns memory, or zero if the amount is missing.
func (a amount) mebibytes() (int, bool) { return a.scaled("gb", 1024) }

func (a amount) scaled(unit string, factor float64) (int, bool) {
	if a == "" || isPlaceholder(string(a)) {
		return 0, true
	}
	text := strings.ToLower(strings.TrimSpace(string(a)))
	number, inUnits := strings.CutSuffix(text, unit)
	value, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if inUnits {
		value *= factor
	}
	if err != nil || value < 0 || value != math.Trunc(value) || value > math.MaxInt32 {
		return 0, false
	}
	return int(value), true
}

var placeholder = regexp.MustCompile(`<[A-Za-z][A-Za-z0-9_-]*>`)

// isPlaceholder reports whether a value is still to be filled in, such as <SENTRY_DSN>.
func isPlaceholder(value string) bool { return placeholder.MatchString(value) }

var (
	utf8Mark  = []byte("\xef\xbb\xbf")
	utf16Mark = [][]byte{[]byte("\xff\xfe"), []byte("\xfe\xff")}
)

const describe = "pass the output of `aws ecs describe-task-definition --task-definition FAMILY`"

// parse reads a task definition, either the bare object or the output of the AWS CLI, which has it under
// "taskDefinition".
func parse(file File) (*taskDefinition, error) {
	for _, mark := range utf16Mark {
		if bytes.HasPrefix(file.Content, mark) {
			return nil, fmt.Errorf("%s: the text is UTF-16, which PowerShell's > writes; save it as UTF-8", file.Name)
		}
	}
	content := bytes.TrimPrefix(file.Content, utf8Mark)
	if len(bytes.TrimSpace(content)) == 0 {
		return nil, fmt.Errorf("%s: the file is empty; %s", file.Name, describe)
	}
	var found struct {
		taskDefinition

		Wrapped *taskDefinition `json:"taskDefinition"`
	}
	if err := decode(content, &found); err != nil {
		return nil, fmt.Errorf("%s:%w", file.Name, err)
	}
	task := &found.taskDefinition
	if found.Wrapped != nil {
		task = found.Wrapped
	}
	task.file = file.Name
	if len(task.Containers) == 0 {
		return nil, fmt.Errorf("%s: no task definition is in it, for it has no containerDefinitions; %s", file.Name, describe)
	}
	return task, task.check()
}

// decode decodes exactly one JSON object, and returns an error with the position of a mistake.
func decode(content []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(content))
	err := decoder.Decode(into)
	if err == nil {
		end := decoder.InputOffset()
		rest := bytes.TrimLeft(content[end:], " \t\r\n")
		if len(rest) == 0 {
			return nil
		}
		return at(content, int64(len(content)-len(rest)+1), "text follows the task definition; use one file for each")
	}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return at(content, syntax.Offset, "not JSON: "+syntax.Error())
	}
	if mistyped, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		if mistyped.Field == "" && mistyped.Value == "array" {
			return at(content, mistyped.Offset, "a list is no task definition. If it is the list of the containers, "+
				`wrap it as {"family": "care", "containerDefinitions": [ … ]}`)
		}
		return at(content, mistyped.Offset, fmt.Sprintf("%s is of type %s, and must be %s",
			fieldName(mistyped.Field), mistyped.Value, kindInWords(mistyped.Type.Kind())))
	}
	return at(content, int64(len(content)), "not JSON: the text ends too soon")
}

// fieldName removes the field around all others in the output of the AWS CLI, and the prefix that encoding/json adds
// for the other form.
func fieldName(path string) string {
	if path == "" {
		return "the whole"
	}
	return strings.TrimPrefix(path, "taskDefinition.")
}

// at returns an error with the position before offset in the form of editors: line and column from 1.
func at(content []byte, offset int64, text string) error {
	before := content[:max(0, min(offset-1, int64(len(content))))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := len([]rune(string(before[bytes.LastIndexByte(before, '\n')+1:]))) + 1
	return fmt.Errorf("%d:%d: %s", line, column, text)
}
