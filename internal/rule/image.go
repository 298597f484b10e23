package rule

import (
	"fmt"
	"regexp"
	"strings"
)

var (
	imagePattern = regexp.MustCompile(`^[a-z0-9.-]+(:\d+)?(/[a-z0-9]+([._-]+[a-z0-9]+)*)+` +
		`(:[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(@sha256:[0-9a-f]{64})?$`)
	movingPattern = regexp.MustCompile(`^(latest|staging-latest|production-latest|develop|main|master|edge|stable)$`)
	// digestPattern is a digest without its algorithm.
	digestPattern = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// Image checks a full container image reference: registry, repository, and a tag or digest that does not move, unless
// moving tags are allowed. ECS resolves a tag once for each deployment, so a moved tag reaches no running service
// (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html).
func Image(name, value string, allowMovingTag bool) error {
	const fix = `for example "ghcr.io/ohcnetwork/care:24.43.0"`
	repository, tag, digest := splitImage(value)
	switch {
	case digest != "" && !digestPattern.MatchString(strings.TrimPrefix(digest, "sha256:")),
		digestPattern.MatchString(digest), digestPattern.MatchString(tag):
		return Broken(name, value, "must be a full image reference, whose digest is @sha256: and 64 hexadecimal digits",
			fmt.Sprintf(`for example "%s@sha256:%s"`, repository, strings.Repeat("0123456789abcdef", 4)))
	case !strings.Contains(value, "/") && imagePattern.MatchString("docker.io/library/"+value):
		return Broken(name, value, "must name its registry and repository",
			fmt.Sprintf(`for an official image of Docker Hub "docker.io/library/%s"`, value))
	case !imagePattern.MatchString(value):
		return Broken(name, value, "must be a full image reference, registry/repository:tag", fix)
	}
	if first, _, _ := strings.Cut(value, "/"); !strings.ContainsAny(first, ".:") {
		return Broken(name, value, "must name its registry, such as ghcr.io", `for Docker Hub put "docker.io/" before it`)
	}
	switch {
	case digest != "" || allowMovingTag && tag != "":
		return nil
	case tag == "":
		return Broken(name, value, "must have a tag or a digest", fix)
	case movingPattern.MatchString(tag):
		return Broken(name, value, "must not have a tag that moves, such as "+tag, fmt.Sprintf(
			`pin it: "docker buildx imagetools inspect %s" or "skopeo inspect docker://%s" prints its digest, for %s@sha256:...; `+
				"a tag that ends in the number of a build, such as latest-1234, does not move either; "+
				"or set care:allowMovingImageTag",
			value,
			value,
			repository,
		))
	}
	return nil
}

// splitImage returns the parts of an image reference. The tag and the digest may be empty.
func splitImage(image string) (repository, tag, digest string) {
	repository, digest, _ = strings.Cut(image, "@")
	if slash, colon := strings.LastIndex(repository, "/"), strings.LastIndex(repository, ":"); colon > slash {
		repository, tag = repository[:colon], repository[colon+1:]
	}
	return repository, tag, digest
}

// releaseTag has the major number of a release of Care.
var releaseTag = regexp.MustCompile(`^v?(\d{1,2})\.\d+(\.\d+)?(-[\w.-]+)?$`)

// CareRelease returns the generation of an image of Care with a release tag: 20 to 24 for the releases until 2024, 3
// for Care 3.x. It returns the empty string for other images.
func CareRelease(image string) string {
	_, tag, _ := splitImage(image)
	match := releaseTag.FindStringSubmatch(tag)
	if match == nil {
		return ""
	}
	switch match[1] {
	case "3":
		return Care3
	case "20", "21", "22", "23", "24":
		return Care2024
	}
	return ""
}

// PlainRedisServer returns the name of the server in an image of Redis or Valkey without Redis Stack's start script,
// and the empty string for other images. It looks only at the last part of the repository's name, redis or valkey, as
// in docker.io/library/redis and docker.io/valkey/valkey.
func PlainRedisServer(image string) string {
	repository, _, _ := splitImage(image)
	switch name := repository[strings.LastIndex(repository, "/")+1:]; name {
	case "redis", "valkey":
		return name + "-server"
	}
	return ""
}
