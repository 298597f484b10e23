package rehearsal

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Variables with these prefixes carry credentials, endpoints of services or settings of another Pulumi run.
var leftOut = []string{"AWS_", "PULUMI_", "OTEL_"}

// cleanEnvironment is the environment without what could leave the machine or steer the engine.
func cleanEnvironment() []string {
	var kept []string
	for _, entry := range os.Environ() {
		if !hasAnyPrefix(entry, leftOut) {
			kept = append(kept, entry)
		}
	}
	return kept
}

func hasAnyPrefix(text string, prefixes []string) bool {
	for _, prefix := range prefixes {
		if strings.HasPrefix(strings.ToUpper(text), prefix) {
			return true
		}
	}
	return false
}

// quietVariables keep the command line from looking beyond the machine.
func quietVariables(home string) []string {
	return []string{
		"PULUMI_HOME=" + home,
		"PULUMI_SKIP_UPDATE_CHECK=true",
		"PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true",
	}
}

// makeHome makes a PULUMI_HOME without logs: the command line writes every call with its properties into
// `logs` (pkg/logging), and goes on without when it finds a file in that place.
func makeHome(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("making the command line's home: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "logs"), nil, 0o400); err != nil {
		return fmt.Errorf("making the command line's home: %w", err)
	}
	return nil
}
