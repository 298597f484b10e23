package standin

import (
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// recall returns a resource that lives in the state alone, as the engine has it.
func (c *compiled) recall(op *Op, req *pulumirpc.UpdateRequest) (*Resource, error) {
	inputs, err := read(req.GetOldInputs(), "old inputs")
	if err != nil {
		return nil, err
	}
	outputs, err := read(req.GetOlds(), "old outputs")
	if err != nil {
		return nil, err
	}
	return &Resource{Token: c.Token, Urn: op.Urn, Name: op.Name, Id: op.Id, Inputs: inputs, Outputs: outputs}, nil
}

// kept returns a resource of the state as it is. One that the state does not hold, because its creation was cut
// off, is gone.
func kept(req *pulumirpc.ReadRequest) *pulumirpc.ReadResponse {
	if len(req.GetProperties().GetFields()) == 0 {
		return &pulumirpc.ReadResponse{}
	}
	return &pulumirpc.ReadResponse{Id: req.GetId(), Inputs: req.GetInputs(), Properties: req.GetProperties()}
}
