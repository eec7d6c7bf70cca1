using ControlPlane.Operations;

namespace ControlPlane.Tests.Workflows;

public sealed class ContractTests
{
    [Fact]
    public void Every_workflow_has_a_contract_test()
    {
        var workflows = typeof(Workflow).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Workflow)) && !t.IsAbstract);
        var covered = typeof(ContractTests).Assembly.GetTypes().Where(t => !t.IsAbstract).SelectMany(Contracts);

        workflows.Except(covered).Select(w => $"{w.Name} needs a class that inherits WorkflowContract<{w.Name}>").ShouldBeEmpty();
    }

    private static IEnumerable<Type> Contracts(Type? type)
    {
        for (; type is not null; type = type.BaseType)
        {
            if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(WorkflowContract<>))
            {
                yield return type.GenericTypeArguments[0];
            }
        }
    }
}
