package standin

import (
	"encoding/json"
	"reflect"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// SameJson reports that two JSON documents mean the same.
func SameJson(a, b string) bool {
	var x, y any
	if json.Unmarshal([]byte(a), &x) != nil || json.Unmarshal([]byte(b), &y) != nil {
		return a == b
	}
	return reflect.DeepEqual(x, y)
}

// document writes an object as a JSON document, as the bridge does with policies (TransformJSONDocument).
// One that is not known yet in every part is not known at all.
func document(v Value) resource.PropertyValue {
	text := unknown()
	if v.Complete() {
		data, err := json.Marshal(open(v.raw).Mappable())
		if err != nil {
			return v.raw
		}
		text = resource.NewProperty(string(data))
	}
	if v.Secret() {
		return resource.MakeSecret(text)
	}
	return text
}
