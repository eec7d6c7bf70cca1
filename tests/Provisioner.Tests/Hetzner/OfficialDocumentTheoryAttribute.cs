using HetznerSimulator.Contract;

namespace Provisioner.Tests.Hetzner;

/// <summary>A test that needs Hetzner's OpenAPI document, and is skipped where that is not found.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OfficialDocumentTheoryAttribute : TheoryAttribute
{
    public OfficialDocumentTheoryAttribute()
    {
        if (ApiContract.Find() is null)
        {
            Skip = $"Hetzner's OpenAPI document is not here. Name it in {ApiContract.Variable}, or put it at ../shared/hetzner/cloud.spec.json.";
        }
    }
}
