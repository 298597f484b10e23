package ecsimport

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

const generationKey = "care:generation"

// evidence are the signs by which the generation of Care's images is found, with the generation that each shows.
type evidence struct{ signs map[string][]string }

func (e *evidence) add(generation, sign string) {
	if e.signs == nil {
		e.signs = map[string][]string{}
	}
	e.signs[generation] = append(e.signs[generation], sign)
}

// generation finds the generation of the images. An image's release tag decides; after it, settings that only Care 3.x
// reads, and then the start scripts, of which 3.x has those of 2024 as well. The settings of HCX, which only images of 2024
// need, decide nothing: they are often left in place. Without a sign it is 2024, the program's default.
func (i *importer) generation() {
	var found evidence
	chosen := ""
	for _, look := range []func(*evidence) string{i.byTag, i.bySettings, i.byScripts, i.byHcx} {
		if generation := look(&found); chosen == "" {
			chosen = generation
		}
	}
	if chosen == "" {
		chosen = rule.Care2024
	}
	from := "the signs in the report"
	if i.options.Generation != "" {
		chosen, from = i.options.Generation, "--generation"
	}
	i.facts = generations[chosen]
	i.stack.set(generationKey, chosen, from, "")
	i.report.generation = i.sayGeneration(chosen, found)
}

// byTag looks at the release tag of the image that the stack gets.
func (i *importer) byTag(found *evidence) string {
	generation := rule.CareRelease(i.imageTaken)
	if generation != "" {
		found.add(generation, "the release tag of "+code(i.imageTaken))
	}
	return generation
}

// bySettings looks for the way in which Care 3.x signs in to AWS, and for settings that Care of 2024 does not read.
func (i *importer) bySettings(found *evidence) string {
	var names []string
	for _, e := range i.entries {
		taken, _ := e.taken()
		switch {
		case e.name == "BUCKET_PROVIDER" && strings.EqualFold(taken.text, "AWS_ROLE_BASED"):
			names = append(names, e.name+"="+taken.text)
		case slices.Contains(only3, e.name):
			names = append(names, e.name)
		}
	}
	if names == nil {
		return ""
	}
	found.add(rule.Care3, codeWords(names)+", which only Care 3.x uses")
	return rule.Care3
}

// byScripts looks at the start scripts; those of most containers decide.
func (i *importer) byScripts(found *evidence) string {
	counts := map[string]int{}
	for _, generation := range []string{rule.Care2024, rule.Care3} {
		var scripts []string
		for _, r := range allRoles {
			if script := generations[generation].scripts[r]; strings.Contains(i.parts[r].commandLine(), script) {
				scripts = append(scripts, script)
			}
		}
		if counts[generation] = len(scripts); scripts != nil {
			found.add(generation, "the start "+plural(len(scripts), "script")+" "+codeWords(scripts))
		}
	}
	switch {
	case counts[rule.Care3] > counts[rule.Care2024]:
		return rule.Care3
	case counts[rule.Care2024] > 0:
		return rule.Care2024
	}
	return ""
}

func (i *importer) byHcx(found *evidence) string {
	var names []string
	for _, e := range i.entries {
		if strings.HasPrefix(e.name, "HCX_") {
			names = append(names, e.name)
		}
	}
	if names == nil {
		return ""
	}
	found.add(rule.Care2024, fmt.Sprintf("%d %s of the HCX plugin, which images of 2024 need", len(names), plural(len(names), "setting")))
	return rule.Care2024
}

// sayGeneration returns the paragraph of the report.
func (i *importer) sayGeneration(chosen string, found evidence) string {
	other := map[string]string{rule.Care2024: rule.Care3, rule.Care3: rule.Care2024}[chosen]
	text := fmt.Sprintf("These definitions run **%s**, `%s` is `%q`", i.facts.title, generationKey, chosen)
	switch signs := found.signs[chosen]; {
	case i.options.Generation != "":
		text += ", as `--generation` says."
	case len(signs) > 0:
		text += ": " + strings.Join(signs, "; ") + "."
	default:
		text += ": nothing in them shows the generation, and this is the default."
	}
	if against := found.signs[other]; len(against) > 0 {
		text += fmt.Sprintf(" For %s there would be: %s.", generations[other].title, strings.Join(against, "; "))
	}
	if i.options.Generation == "" {
		text += fmt.Sprintf(" If that is wrong, import again with `--generation %s`.", other)
	}
	return text
}

func plural(count int, word string) string {
	if count == 1 {
		return word
	}
	return word + "s"
}
