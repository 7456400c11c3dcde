package main

import (
	"context"
	"fmt"
	"os/exec"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

const aboutScript = `import sys; print(sys.executable); print(".".join(map(str, sys.version_info[:3])))`

// About names the interpreter. Every preview waits for it, so it starts a bare Python: isolated, without site.
func (h *languageHost) About(ctx context.Context, req *pulumirpc.AboutRequest) (*pulumirpc.AboutResponse, error) {
	interpreter, err := findPython(req.GetInfo())
	if err != nil {
		return nil, err
	}
	output, err := exec.CommandContext(ctx, interpreter.executable, "-ISc", aboutScript).Output()
	if err != nil {
		return nil, fmt.Errorf("%s does not start: %w", interpreter.executable, err)
	}
	executable, version, _ := strings.Cut(strings.TrimSpace(string(output)), "\n")
	return &pulumirpc.AboutResponse{Executable: executable, Version: version}, nil
}
