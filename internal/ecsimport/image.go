package ecsimport

import (
	"fmt"
	"strings"

	"github.com/ohcnetwork/care-ecs/internal/rule"
)

const imageKey = "care:image"

// image imports the API's image, or the one in the options.
func (i *importer) image() error {
	given, from := i.options.Image, "--image"
	for _, r := range precedence {
		if image := i.parts[r].Image; given == "" && image != "" && !isPlaceholder(image) {
			given, from = image, "image"
		}
	}
	if given == "" {
		return fmt.Errorf("%s: no container names its image; "+
			"set it with --image, for example --image ghcr.io/ohcnetwork/care:24.43.0",
			i.parts[api].task.file)
	}
	full := fullImage(given)
	i.imageTaken = full
	if err := rule.Image(imageKey, full, true); err != nil {
		return fmt.Errorf("%s: %w; or set another with --image", i.parts[api].where(), err)
	}
	changed := ""
	if full != given {
		changed = "was " + given + ", which is the same image"
	}
	i.stack.set(imageKey, full, from, changed)
	if rule.Image(imageKey, full, false) != nil {
		i.stack.set("care:allowMovingImageTag", true, "",
			"because the tag moves; better pin the running image, see the report")
		i.movingImage(full)
	}
	return nil
}

func (i *importer) movingImage(image string) {
	name, _, _ := strings.Cut(image, "@")
	if slash, colon := strings.LastIndex(name, "/"), strings.LastIndex(name, ":"); colon > slash {
		name = name[:colon]
	}
	i.report.breaks("The tag of the image moves: "+code(image),
		"`care:allowMovingImageTag` lets it pass. A moved tag reaches no running service, and two deployments may differ")
	i.pin = fmt.Sprintf(
		"Pin the image. The digest that runs is in `aws ecs describe-tasks --cluster CLUSTER --tasks TASK "+
			"--query 'tasks[].containers[].[name,imageDigest]'`; then `pulumi config set %s %s@DIGEST`, where DIGEST begins "+
			"with sha256:; then "+
			"`pulumi config rm care:allowMovingImageTag`",
		imageKey,
		name,
	)
}

// fullImage adds the defaults of Docker and ECS, Docker Hub and the tag latest
// (https://docs.docker.com/reference/cli/docker/image/tag/).
func fullImage(image string) string {
	first, _, more := strings.Cut(image, "/")
	switch {
	case !more:
		image = "docker.io/library/" + image
	case !strings.ContainsAny(first, ".:"):
		image = "docker.io/" + image
	}
	if last := image[strings.LastIndex(image, "/"):]; !strings.ContainsAny(last, ":@") {
		image += ":latest"
	}
	return image
}
