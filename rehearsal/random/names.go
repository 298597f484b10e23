package random

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"math/big"
	"strings"

	"github.com/pulumi/pulumi-random/sdk/v4/go/random"

	"github.com/ohcnetwork/care-ecs/rehearsal/standin"
)

func idKind() standin.Kind {
	return standin.Kind{
		Token: "random:index/randomId:RandomId", Args: random.RandomIdArgs{}, State: random.RandomIdState{},
		Replaces: []string{"byteLength", "keepers", "prefix"},
		Checks:   []standin.CheckRule{bytesFit},
		Id: func(o *standin.Op) string {
			raw := make([]byte, o.In("byteLength").Int())
			rand.Read(raw)
			return base64.RawURLEncoding.EncodeToString(raw)
		},
		Outputs: func(o *standin.Op) standin.Props {
			raw, err := base64.RawURLEncoding.DecodeString(o.Id)
			if err != nil {
				return nil
			}
			prefix := o.In("prefix").Text()
			return standin.Props{
				"b64Url": prefix + o.Id, "b64Std": prefix + base64.StdEncoding.EncodeToString(raw),
				"hex": prefix + hex.EncodeToString(raw), "dec": prefix + new(big.Int).SetBytes(raw).String(),
			}
		},
	}
}

var bytesFit = standin.Identify("random/byte-length", "A random ID without a byte, or with too many",
	"https://www.pulumi.com/registry/packages/random/api-docs/randomid/").OnInputs(func(d *standin.Draft) {
	const most = 1 << 20
	if n := d.In("byteLength"); n.Known() && (n.Int() < 1 || n.Int() > most) {
		d.Refuse(n, "Invalid Attribute Value", "the number of bytes is at least 1", "ask for some bytes")
	}
})

func uuidKind() standin.Kind {
	return standin.Kind{
		Token: "random:index/randomUuid:RandomUuid", Args: random.RandomUuidArgs{}, State: random.RandomUuidState{},
		Replaces: []string{"keepers"},
		Id:       func(*standin.Op) string { return standin.Uuid() },
		Outputs:  func(o *standin.Op) standin.Props { return standin.Props{"result": o.Id} },
	}
}

func petKind() standin.Kind {
	return standin.Kind{
		Token: "random:index/randomPet:RandomPet", Args: random.RandomPetArgs{}, State: random.RandomPetState{},
		Computed: []string{"length", "separator"},
		Replaces: []string{"keepers", "length", "prefix", "separator"},
		Checks:   []standin.CheckRule{petHasAName},
		Id:       pet,
		Outputs:  func(*standin.Op) standin.Props { return standin.Props{"length": 2, "separator": "-"} },
	}
}

var petHasAName = standin.Identify("random/pet-length", "A random pet without a word",
	"https://www.pulumi.com/registry/packages/random/api-docs/randompet/").OnInputs(func(d *standin.Draft) {
	if n := d.In("length"); n.Known() && n.Int() < 1 {
		d.Refuse(n, "Invalid Attribute Value", "the number of words is at least 1", "ask for a word")
	}
})

var (
	adverbs = []string{
		"brightly",
		"calmly",
		"duly",
		"gently",
		"kindly",
		"mildly",
		"openly",
		"safely",
		"wisely",
		"warmly",
	}
	adjectives = []string{
		"able",
		"brave",
		"clever",
		"eager",
		"fair",
		"gentle",
		"happy",
		"keen",
		"lively",
		"merry",
		"noble",
		"quick",
		"steady",
	}
	animals = []string{
		"badger",
		"crane",
		"dolphin",
		"falcon",
		"gecko",
		"heron",
		"ibis",
		"koala",
		"lark",
		"marten",
		"otter",
		"robin",
	}
)

// pet returns the requested number of words: adverbs, an adjective and an animal.
func pet(o *standin.Op) string {
	length, separator := 2, "-"
	if n := o.In("length"); n.Known() {
		length = n.Int()
	}
	if s := o.In("separator"); s.Known() {
		separator = s.Text()
	}
	words := []string{pick(animals)}
	if length > 1 {
		words = []string{pick(adjectives), words[0]}
	}
	for len(words) < length {
		words = append([]string{pick(adverbs)}, words...)
	}
	if prefix := o.In("prefix").Text(); prefix != "" {
		words = append([]string{prefix}, words...)
	}
	return strings.Join(words, separator)
}

func pick(words []string) string { return words[standin.Below(len(words))] }
