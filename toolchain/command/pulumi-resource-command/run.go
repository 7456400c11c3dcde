package main

import (
	"context"

	"github.com/pulumi/pulumi-go-provider/infer"
)

// Run is a function that runs one command whenever it is called, in a preview too.
type Run struct{}

// RunInputs are its inputs.
type RunInputs struct {
	Inputs
	Command string `pulumi:"command"`
}

// RunOutputs are its inputs and what the command said.
type RunOutputs struct {
	RunInputs
	Outputs
}

// Annotate gives the SDK's token.
func (r *Run) Annotate(a infer.Annotator) { a.SetToken("local", "run") }

// Invoke runs the command.
func (r *Run) Invoke(
	ctx context.Context, request infer.FunctionRequest[RunInputs],
) (infer.FunctionResponse[RunOutputs], error) {
	outputs, err := run(ctx, request.Input.Command, request.Input.Inputs, Outputs{})
	return infer.FunctionResponse[RunOutputs]{Output: RunOutputs{RunInputs: request.Input, Outputs: outputs}}, err
}
