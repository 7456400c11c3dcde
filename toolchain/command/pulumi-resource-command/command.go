package main

import (
	"context"

	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// Command is a resource made, updated and removed by commands.
type Command struct{}

// CommandInputs are its inputs. A change of its triggers replaces it; any other change runs `update`, else `create`.
type CommandInputs struct {
	Inputs
	Triggers *[]any  `pulumi:"triggers,optional" provider:"replaceOnChanges"`
	Create   *string `pulumi:"create,optional"`
	Update   *string `pulumi:"update,optional"`
	Delete   *string `pulumi:"delete,optional"`
}

// CommandState is what the engine keeps of it.
type CommandState struct {
	CommandInputs
	Outputs
}

type (
	createRequest  = infer.CreateRequest[CommandInputs]
	createResponse = infer.CreateResponse[CommandState]
	updateRequest  = infer.UpdateRequest[CommandInputs, CommandState]
	updateResponse = infer.UpdateResponse[CommandState]
	deleteRequest  = infer.DeleteRequest[CommandState]
)

// Annotate gives the SDK's token.
func (c *Command) Annotate(a infer.Annotator) { a.SetToken("local", "Command") }

// WireDependencies makes the outputs as secret, and in a preview as unknown, as the inputs are.
func (c *Command) WireDependencies(f infer.FieldSelector, in *CommandInputs, state *CommandState) {
	f.OutputField(state).DependsOn(f.InputField(in))
}

// Create runs `create`, except in a preview.
func (c *Command) Create(ctx context.Context, request createRequest) (createResponse, error) {
	state := CommandState{CommandInputs: request.Inputs}
	id, err := resource.NewUniqueHex(request.Name, 8, 0)
	if err == nil && !request.DryRun {
		state.Outputs, err = maybe(ctx, request.Inputs.Create, request.Inputs.Inputs, Outputs{})
	}
	return createResponse{ID: id, Output: state}, err
}

// Update runs `update`, else `create`, with the previous outputs in the environment.
func (c *Command) Update(ctx context.Context, request updateRequest) (updateResponse, error) {
	state := CommandState{CommandInputs: request.Inputs, Outputs: request.State.Outputs}
	if request.DryRun {
		return updateResponse{Output: state}, nil
	}
	command := request.Inputs.Update
	if command == nil {
		command = request.Inputs.Create
	}
	var err error
	state.Outputs, err = maybe(ctx, command, request.Inputs.Inputs, request.State.Outputs)
	return updateResponse{Output: state}, err
}

// Delete runs `delete` as the state has it: the program may no longer know the resource.
func (c *Command) Delete(ctx context.Context, request deleteRequest) (infer.DeleteResponse, error) {
	_, err := maybe(ctx, request.State.Delete, request.State.Inputs, request.State.Outputs)
	return infer.DeleteResponse{}, err
}

func maybe(ctx context.Context, command *string, in Inputs, previous Outputs) (Outputs, error) {
	if command == nil {
		return previous, nil
	}
	return run(ctx, *command, in, previous)
}
