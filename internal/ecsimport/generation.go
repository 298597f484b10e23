package ecsimport

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

const generationKey = "care:generation"

// evidence maps each generation of Care's images to the signs for it.
type evidence struct{ signs map[string][]string }

func (e *evidence) add(generation, sign string) {
	if e.signs == nil {
		e.signs = map[string][]string{}
	}
	e.signs[generation] = append(e.signs[generation], sign)
}

// generation determines the generation of the images. It uses an image's release tag, then settings that only Care 3.x
// reads, then the start scripts, of which 3.x also has those of 2024. It ignores the settings of HCX, which only images
// of 2024 need, because they often stay in place. Without a sign it is 2024, the program's default.
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
	i.report.generation = i.describeGeneration(chosen, found)
}

// byTag finds signs in the release tag of the imported image.
func (i *importer) byTag(found *evidence) string {
	generation := rule.CareRelease(i.imageTaken)
	if generation != "" {
		found.add(generation, "the release tag of "+code(i.imageTaken))
	}
	return generation
}

// bySettings finds signs in the settings for the sign-in to AWS, and in settings that Care of 2024 does not read.
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

// byScripts finds signs in the start scripts. The generation of the majority of containers counts.
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
	found.add(rule.Care2024,
		fmt.Sprintf("%d %s of the HCX plugin, which images of 2024 need", len(names), plural(len(names), "setting")))
	return rule.Care2024
}

// describeGeneration returns the paragraph of the report about the generation.
func (i *importer) describeGeneration(chosen string, found evidence) string {
	other := map[string]string{rule.Care2024: rule.Care3, rule.Care3: rule.Care2024}[chosen]
	text := fmt.Sprintf("These definitions run **%s**, `%s` is `%q`", i.facts.title, generationKey, chosen)
	switch signs := found.signs[chosen]; {
	case i.options.Generation != "":
		text += ", from `--generation`."
	case len(signs) > 0:
		text += ": " + strings.Join(signs, "; ") + "."
	default:
		text += ": they do not show the generation, and this is the default."
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
