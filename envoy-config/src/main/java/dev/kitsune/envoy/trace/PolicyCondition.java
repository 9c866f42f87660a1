package dev.kitsune.envoy.trace;

import com.google.api.expr.v1alpha1.Expr;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A CEL expression of a policy, as far as Kitsune writes them. Empty stands for an error of CEL. */
record PolicyCondition(Map<String, Object> known) {

    /** An expression that cannot be evaluated is false. */
    boolean holds(Expr expression) {
        return value(expression).filter(Boolean.TRUE::equals).isPresent();
    }

    private Optional<Object> value(Expr expression) {
        return switch (expression.getExprKindCase()) {
            case CONST_EXPR -> Optional.of(expression.getConstExpr().getStringValue());
            case IDENT_EXPR -> in(known, expression.getIdentExpr().getName());
            case SELECT_EXPR ->
                value(expression.getSelectExpr().getOperand())
                        .flatMap(of -> in(of, expression.getSelectExpr().getField()));
            case CALL_EXPR -> call(expression.getCallExpr());
            default -> throw KnownFields.unknown("an expression with " + expression.getExprKindCase());
        };
    }

    private Optional<Object> call(Expr.Call call) {
        List<Optional<Object>> arguments =
                call.getArgsList().stream().map(this::value).toList();
        Optional<Object> left = arguments.get(0);
        Optional<Object> right = arguments.get(1);
        return switch (call.getFunction()) {
            // A true operand outweighs an error.
            case "_||_" ->
                arguments.contains(Optional.<Object>of(true))
                        ? Optional.of(true)
                        : left.flatMap(one -> right.map(other -> false));
            case "_==_" -> left.flatMap(one -> right.map(one::equals));
            case "@in" ->
                left.flatMap(one ->
                        right.filter(Collection.class::isInstance).map(all -> ((Collection<?>) all).contains(one)));
            case "_[_]" -> left.flatMap(map -> right.flatMap(key -> in(map, key)));
            default -> throw KnownFields.unknown("the function " + call.getFunction() + " in an expression");
        };
    }

    private static Optional<Object> in(Object map, Object key) {
        @Nullable Object value = map instanceof Map<?, ?> entries ? entries.get(key) : null;
        return Optional.ofNullable(value);
    }
}
